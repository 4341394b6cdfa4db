"""The weather pipeline: photos in, an evaluated and exported model out.

fingerprint_source ──> prep_data ──> train_model ──> eval_model
                                          └────────> optimize_onnx
"""

from kfp import dsl

from weather.components.eval_model.component import eval_model
from weather.components.optimize_onnx.component import optimize_onnx
from weather.components.prep_data.component import fingerprint_source, prep_data
from weather.components.train_model.component import train_model
from weather.settings import STAGING_BUCKET, setting


@dsl.pipeline(
    name="weather",
    description="Trains a model that recognises 11 weather conditions in photos, evaluates it and exports it to ONNX.",
    pipeline_root=setting(STAGING_BUCKET),
)
def weather(
    data_uri: str,
    random_seed: int = 42,
    train_ratio: float = 0.8,
    val_ratio: float = 0.1,
    test_ratio: float = 0.1,
    model: str = "mobilenet_v3_small",
    weights: str = "imagenet",
    epochs: int = 10,
    batch_size: int = 64,
    learning_rate: float = 0.005,
    device: str = "auto",
) -> None:
    """Train a weather model.

    Args:
        data_uri: Folder, gs:// or s3:// address of the photos, one folder for each weather condition.
        random_seed: Decides the split and the training; the same seed gives the same model, byte for byte.
        train_ratio: Share of the photos to train on. The three ratios sum to 1.
        val_ratio: Share of the photos to choose the best epoch by.
        test_ratio: Share of the photos to evaluate the model on, which it never saw.
        model: Backbone, such as mobilenet_v3_small, resnet18 or efficientnet_b0.
        weights: imagenet, none, or the address of a state dict to start from.
        epochs: How many times training goes through the photos.
        batch_size: Photos in one step of training.
        learning_rate: Largest size of a training step; the default was chosen for mobilenet_v3_small.
        device: auto, cpu, cuda or mps.
    """
    # Never cached: it is what notices that the photos behind an unchanged address have changed.
    fingerprint = fingerprint_source(data_uri=data_uri).set_caching_options(False)
    data = prep_data(
        data_uri=data_uri,
        source_fingerprint=fingerprint.output,
        random_seed=random_seed,
        train_ratio=train_ratio,
        val_ratio=val_ratio,
        test_ratio=test_ratio,
    )
    trained = train_model(
        train_split=data.outputs["train_split"],
        val_split=data.outputs["val_split"],
        model=model,
        weights=weights,
        epochs=epochs,
        random_seed=random_seed,
        batch_size=batch_size,
        learning_rate=learning_rate,
        device=device,
    )
    eval_model(
        test_split=data.outputs["test_split"],
        torch_model=trained.outputs["torch_model"],
        device=device,
        batch_size=batch_size,
    )
    optimize_onnx(
        onnx_with_transform_model=trained.outputs["onnx_with_transform_model"],
        torch_model=trained.outputs["torch_model"],
        test_split=data.outputs["test_split"],
    )
