"""A search for the best training: the same photos, many configurations, one of which is tested.

fingerprint_source ──> prep_data ──> [train_model for each configuration] ──> choose_model ──> eval_model
                                                                                   └────────> optimize_onnx
"""

from typing import Any

from kfp import dsl

from weather.components.eval_model.component import eval_model
from weather.components.optimize_onnx.component import optimize_onnx
from weather.components.prep_data.component import fingerprint_source, prep_data
from weather.components.train_model.component import choose_model, train_model
from weather.settings import STAGING_BUCKET, setting

CONFIGURATIONS: list[dict[str, Any]] = [
    {"learning_rate": rate, "label_smoothing": smoothing, "class_weights": weights}
    for rate in (0.002, 0.005, 0.01)
    for smoothing in (0.0, 0.1)
    for weights in ("none", "balanced")
]


@dsl.pipeline(
    name="weather-search",
    description="Trains weather models with many configurations, and evaluates the one that validates best.",
    pipeline_root=setting(STAGING_BUCKET),
)
def weather_search(
    data_uri: str,
    configurations: list = CONFIGURATIONS,
    random_seed: int = 42,
    train_ratio: float = 0.8,
    val_ratio: float = 0.1,
    test_ratio: float = 0.1,
    model: str = "mobilenet_v3_small",
    weights: str = "imagenet",
    train_layers: str = "head",
    augmentation: str = "mixing",
    precision: str = "full",
    epochs: int = 20,
    batch_size: int = 64,
    image_size: int = 0,
    patience: int = 0,
    device: str = "auto",
) -> None:
    """Search for the best training of a weather model.

    Args:
        data_uri: Folder, gs:// or s3:// address of the photos, one folder for each weather condition.
        configurations: What to try: a list of objects, each with a learning_rate, a label_smoothing and class_weights.
            All trainings see the same photos.
        random_seed: Decides the split and each training.
        train_ratio: Share of the photos to train on. The three ratios sum to 1.
        val_ratio: Share of the photos that decide which training is the best.
        test_ratio: Share of the photos to evaluate that one on.
        model: Backbone, such as mobilenet_v3_small, resnet18 or efficientnet_b0.
        weights: imagenet, none, or the address of a state dict to start from.
        train_layers: head, last:N or all, as in the weather pipeline.
        augmentation: How photos are changed while more than the head is trained: none, crops, colour or mixing.
        precision: full, or mixed for fine-tuning in 16 bits where that hardly matters, which is faster on a GPU.
        epochs: How many times each training goes through the photos.
        batch_size: Photos in one step of training.
        image_size: Pixels a side of what the network sees of a photo; 0 is what its weights were made for.
        patience: Epochs without a smaller validation loss after which a training ends; 0 is never.
        device: auto, cpu, cuda or mps.
    """
    fingerprint = fingerprint_source(data_uri=data_uri).set_caching_options(False)
    data = prep_data(
        data_uri=data_uri,
        source_fingerprint=fingerprint.output,
        random_seed=random_seed,
        train_ratio=train_ratio,
        val_ratio=val_ratio,
        test_ratio=test_ratio,
    )
    # Each computes on all cores for a part of its time only.
    with dsl.ParallelFor(configurations, name="configurations", parallelism=2) as configuration:
        trained = train_model(
            train_split=data.outputs["train_split"],
            val_split=data.outputs["val_split"],
            model=model,
            weights=weights,
            epochs=epochs,
            random_seed=random_seed,
            batch_size=batch_size,
            learning_rate=configuration.learning_rate,
            image_size=image_size,
            class_weights=configuration.class_weights,
            label_smoothing=configuration.label_smoothing,
            train_layers=train_layers,
            augmentation=augmentation,
            precision=precision,
            patience=patience,
            device=device,
        )
    chosen = choose_model(
        train_metrics=dsl.Collected(trained.outputs["train_metrics"]),
        torch_models=dsl.Collected(trained.outputs["torch_model"]),
        onnx_models=dsl.Collected(trained.outputs["onnx_with_transform_model"]),
        configurations=configurations,
    )
    eval_model(
        test_split=data.outputs["test_split"],
        torch_model=chosen.outputs["torch_model"],
        device=device,
        batch_size=batch_size,
    )
    optimize_onnx(
        onnx_with_transform_model=chosen.outputs["onnx_with_transform_model"],
        torch_model=chosen.outputs["torch_model"],
        test_split=data.outputs["test_split"],
    )
