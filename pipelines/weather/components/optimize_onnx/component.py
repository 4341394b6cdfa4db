"""The KFP component that optimises the ONNX model; the work is in the ``optimize_onnx`` package."""

from kfp import dsl
from kfp.dsl import Dataset, Input, Metrics, Model, Output

from weather.images import image


@dsl.component(base_image=image("optimize_onnx"), install_kfp_package=False)
def optimize_onnx(
    onnx_with_transform_model: Input[Model],
    torch_model: Input[Model],
    test_split: Input[Dataset],
    optimized_model: Output[Model],
    parity: Output[Metrics],
    tolerance: float = 0.0001,
    photos: int = 128,
) -> None:
    """Optimise the exported model for ONNX Runtime, and prove on photos that it still agrees with PyTorch.

    Args:
        onnx_with_transform_model: The ONNX model with preprocessing inside, from train_model.
        torch_model: The PyTorch model that it must agree with.
        test_split: Photos to compare them on.
        optimized_model: The optimised ONNX model; it takes RGB photos of any size.
        parity: How far the scores of both are apart.
        tolerance: Largest difference that any score, from 0 to 1, may have; beyond it the task fails.
        photos: How many photos to compare on, at most, evenly spread over the test split.
    """
    from pathlib import Path

    from optimize_onnx.errors import OptimizeOnnxError
    from optimize_onnx.run import optimize_and_compare
    from weather_classifier.errors import ClassifierError
    from weather_splits import SplitError

    try:
        result = optimize_and_compare(
            Path(onnx_with_transform_model.path),
            Path(torch_model.path),
            Path(test_split.path),
            Path(optimized_model.path),
            tolerance=tolerance,
            photos=photos,
        )
    except (OptimizeOnnxError, ClassifierError, SplitError) as error:
        raise SystemExit(f"error: {error}") from None
    for name, value in result.metrics().items():
        parity.log_metric(name, value)
    optimized_model.metadata.update({**onnx_with_transform_model.metadata, **result.metadata()})
