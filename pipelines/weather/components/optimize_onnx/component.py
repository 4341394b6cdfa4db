"""The KFP components that optimise and quantise the ONNX model; the work is in the ``optimize_onnx`` package."""

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
    photos: int = 0,
) -> None:
    """Optimise the exported model for ONNX Runtime, and prove on photos that it still agrees with PyTorch.

    Args:
        onnx_with_transform_model: The ONNX model with preprocessing inside, from train_model.
        torch_model: The PyTorch model that it must agree with.
        test_split: Photos to compare them on.
        optimized_model: The optimised ONNX model; it takes RGB photos of any size.
        parity: How far the scores of both are apart.
        tolerance: Largest difference that any score, from 0 to 1, may have; beyond it the task fails.
        photos: How many photos to compare on, at most, evenly spread over the test split; 0 is all of them.
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


@dsl.component(base_image=image("optimize_onnx"), install_kfp_package=False)
def quantize_onnx(
    onnx_with_transform_model: Input[Model],
    train_split: Input[Dataset],
    test_split: Input[Dataset],
    quantized_model: Output[Model],
    quantization: Output[Metrics],
    photos: int = 256,
) -> None:
    """Make a version of the exported model that computes in 8-bit integers, and say what that costs and brings.

    Args:
        onnx_with_transform_model: The ONNX model with preprocessing inside, from train_model.
        train_split: Photos to calibrate on: they say which values the numbers inside the model take.
        test_split: Photos to compare both models on.
        quantized_model: The model in integers; it takes RGB photos of any size. Its metadata say how long one photo
            takes before and after, in milliseconds, on the machine that ran this (latency_ms_before, latency_ms_after,
            speed_up; below 1 it is slower).
        quantization: Weighted F1 of both models on all test photos (weighted_f1_float, weighted_f1_int8) and how much
            of it is lost (weighted_f1_loss), the share of equal predictions, the largest difference of a score, how
            many photos it was compared and calibrated on, and the size of the new file by that of the old (size_ratio).
        photos: How many photos to calibrate on, at most, evenly spread over the training split.
    """
    from pathlib import Path

    from optimize_onnx.errors import OptimizeOnnxError
    from optimize_onnx.quantization_run import quantize_and_compare
    from weather_classifier.errors import ClassifierError
    from weather_splits import SplitError

    try:
        result = quantize_and_compare(
            Path(onnx_with_transform_model.path),
            Path(train_split.path),
            Path(test_split.path),
            Path(quantized_model.path),
            photos=photos,
        )
    except (OptimizeOnnxError, ClassifierError, SplitError) as error:
        raise SystemExit(f"error: {error}") from None
    for name, value in result.metrics().items():
        quantization.log_metric(name, value)
    quantized_model.metadata.update({**onnx_with_transform_model.metadata, **result.metadata()})
