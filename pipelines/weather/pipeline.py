"""The weather pipeline: photos in, an evaluated and exported model out.

fingerprint_source ──> prep_data ──> train_model ──> eval_model
                                          ├────────> optimize_onnx ────────┐
                                          └────────> gate_model ──(better)──> promote_model
                                   find_baseline ────────┘
"""

from kfp import dsl

from weather.components.eval_model.component import eval_model, find_baseline, gate_model, promote_model
from weather.components.optimize_onnx.component import optimize_onnx, quantize_onnx
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
    group_near_duplicates: bool = False,
    model: str = "mobilenet_v3_small",
    weights: str = "imagenet",
    epochs: int = 10,
    batch_size: int = 64,
    learning_rate: float = 0.005,
    image_size: int = 0,
    class_weights: str = "none",
    label_smoothing: float = 0.1,
    train_layers: str = "head",
    augmentation: str = "mixing",
    precision: str = "full",
    patience: int = 0,
    destination: str = "",
    baseline_uri: str = "",
    margin: float = 0.0,
    quantize: bool = False,
    device: str = "auto",
) -> None:
    """Train a weather model.

    Args:
        data_uri: Folder, gs:// or s3:// address of the photos, one folder for each weather condition.
        random_seed: Decides the split and the training; the same seed gives the same model, byte for byte.
        train_ratio: Share of the photos to train on. The three ratios sum to 1.
        val_ratio: Share of the photos to choose the best epoch by.
        test_ratio: Share of the photos to evaluate the model on, which it never saw.
        group_near_duplicates: Whether photos that look alike, such as one that was saved again, share a split.
        model: Backbone, such as mobilenet_v3_small, resnet18 or efficientnet_b0.
        weights: imagenet, none, or the address of a state dict to start from.
        epochs: How many times training goes through the photos.
        batch_size: Photos in one step of training.
        learning_rate: Largest size of a training step; the default was chosen for mobilenet_v3_small.
        image_size: Pixels a side of what the network sees of a photo; 0 is what its weights were made for.
        class_weights: balanced makes all classes count alike, however many photos each has; none makes all photos
            count alike.
        label_smoothing: How much of the certainty that a photo is of its class is given to all classes, from 0 on and
            below 1.
        train_layers: head trains a new last layer on the network's weights as they are, in seconds; last:N also the
            network's last N blocks; all the whole network, which is better and takes minutes.
        augmentation: How photos are changed while more than the head is trained: none, crops, colour or mixing, each of
            which does more than the one before.
        precision: full, or mixed for fine-tuning in 16 bits where that hardly matters, which is faster on a GPU.
        patience: Epochs without a smaller validation loss after which training ends; 0 is never.
        destination: Folder, gs:// or s3:// address where models that are good enough are kept for those who use them;
            empty keeps them only as artifacts of the run.
        baseline_uri: Address of the model that the new one has to beat: a torch_model, or a destination; empty is the
            current one at destination, none is no model.
        margin: By how much its weighted F1 must be higher for the new model to be promoted.
        quantize: Whether to make a smaller model too, in 8-bit integers, and say what that costs.
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
        group_near_duplicates=group_near_duplicates,
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
        image_size=image_size,
        class_weights=class_weights,
        label_smoothing=label_smoothing,
        train_layers=train_layers,
        augmentation=augmentation,
        precision=precision,
        patience=patience,
        device=device,
    )
    eval_model(
        test_split=data.outputs["test_split"],
        torch_model=trained.outputs["torch_model"],
        device=device,
        batch_size=batch_size,
    )
    optimized = optimize_onnx(
        onnx_with_transform_model=trained.outputs["onnx_with_transform_model"],
        torch_model=trained.outputs["torch_model"],
        test_split=data.outputs["test_split"],
    )
    # Never cached, and after training: another run may have promoted a model meanwhile.
    baseline = find_baseline(baseline_uri=baseline_uri, destination=destination).after(trained)
    baseline.set_caching_options(False)
    gate = gate_model(
        test_split=data.outputs["test_split"],
        torch_model=trained.outputs["torch_model"],
        baseline_uri=baseline.outputs["uri"],
        baseline_sha256=baseline.outputs["sha256"],
        margin=margin,
        device=device,
        batch_size=batch_size,
    )
    with dsl.If(gate.outputs["decision"] == "promote", name="better"):
        # Never cached: what it writes at the destination may have been replaced since.
        promote_model(
            onnx_model=optimized.outputs["optimized_model"],
            torch_model=trained.outputs["torch_model"],
            destination=destination,
        ).set_caching_options(False)
    with dsl.If(quantize == True, name="int8"):  # noqa: E712 (what is compared is not known yet)
        quantize_onnx(
            onnx_with_transform_model=trained.outputs["onnx_with_transform_model"],
            train_split=data.outputs["train_split"],
            test_split=data.outputs["test_split"],
        )
