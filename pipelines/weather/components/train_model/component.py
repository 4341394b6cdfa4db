"""The KFP components that train and choose; the work is in the ``train_model`` package."""

from kfp import dsl
from kfp.dsl import Artifact, Dataset, Input, Markdown, Metrics, Model, Output

from weather.images import image


@dsl.component(base_image=image("train_model"), install_kfp_package=False)
def train_model(
    train_split: Input[Dataset],
    val_split: Input[Dataset],
    model: str,
    weights: str,
    epochs: int,
    random_seed: int,
    batch_size: int,
    learning_rate: float,
    image_size: int,
    class_weights: str,
    label_smoothing: float,
    train_layers: str,
    augmentation: str,
    precision: str,
    patience: int,
    device: str,
    train_metrics: Output[Metrics],
    history: Output[Dataset],
    loss_plot: Output[Artifact],
    torch_model: Output[Model],
    onnx_model: Output[Model],
    onnx_with_transform_model: Output[Model],
) -> None:
    """Train a classifier on the photos of a split: the head of a pretrained network, or more of it. Export it to ONNX.

    Args:
        train_split: Photos to learn from.
        val_split: Photos that decide which epoch is kept.
        model: Backbone: mobilenet_v3_small, mobilenet_v3_large, resnet18, resnet50, efficientnet_b0 or
            convnext_tiny.
        weights: What the backbone starts from: imagenet (fetched once), none, or the path or address (gs://, s3://)
            of a state dict.
        epochs: How many times training goes through the photos; more of them cost next to nothing.
        random_seed: Any whole number; the same seed gives the same model, byte for byte.
        batch_size: Photos in one step of training.
        learning_rate: Largest size of a training step; 0.005 is a good one to start with.
        image_size: Pixels a side of what the network sees of a photo; 0 is what its weights were made for.
        class_weights: balanced makes all classes count alike, however many photos each has; none makes all photos
            count alike.
        label_smoothing: How much of the certainty that a photo is of its class is given to all classes, from 0 on and
            below 1.
        train_layers: head trains a head on the frozen network; last:N also the network's last N blocks; all the whole
            network, which is better and takes many times as long.
        augmentation: How photos are changed while more than the head is trained: none, crops, colour (crops and other
            light) or mixing (and other photos that shine through).
        precision: full computes in 32 bits; mixed in 16 where that hardly matters while more than the head is trained,
            which is faster on a GPU and gives a model that is a little different.
        patience: Epochs without a smaller validation loss after which training ends; 0 is never.
        device: auto, cpu, cuda or mps.
        train_metrics: Losses and accuracies of the epoch that was kept and of the last one.
        history: Losses and accuracies of every epoch, as a CSV table: epoch, train_loss, val_loss, train_accuracy,
            val_accuracy. Its metadata say that it is such a table (kind: history) and which epoch was kept
            (best_epoch).
        loss_plot: The same as a picture (PNG), with the kept epoch marked.
        torch_model: The classifier as a PyTorch checkpoint.
        onnx_model: The network as ONNX; it takes preprocessed photos.
        onnx_with_transform_model: The same with preprocessing inside; it takes RGB photos of any size.
    """
    from pathlib import Path

    from train_model.errors import TrainModelError
    from train_model.history import write_history
    from train_model.loss_plot import plot_losses
    from train_model.onnx_network import OPSET, export_network
    from train_model.onnx_preprocessing import with_preprocessing
    from train_model.parameters import Parameters
    from train_model.training import train
    from weather_classifier.checkpoint import save_checkpoint
    from weather_classifier.errors import ClassifierError
    from weather_splits import SplitError

    try:
        parameters = Parameters(
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
        training = train(Path(train_split.path), Path(val_split.path), parameters)
    except (TrainModelError, ClassifierError, SplitError) as error:
        raise SystemExit(f"error: {error}") from None
    for name, value in training.metrics().items():
        train_metrics.log_metric(name, value)
    write_history(training.progress.epochs, Path(history.path))
    history.metadata.update({"kind": "history", "best_epoch": training.progress.best.number, "mime_type": "text/csv"})
    plot_losses(training.progress.epochs, training.progress.best, Path(loss_plot.path))
    loss_plot.metadata["mime_type"] = "image/png"
    save_checkpoint(training.checkpoint, Path(torch_model.path))
    network = export_network(training.checkpoint)
    Path(onnx_model.path).write_bytes(network.SerializeToString(deterministic=True))
    with_transform = with_preprocessing(network, training.checkpoint)
    Path(onnx_with_transform_model.path).write_bytes(with_transform.SerializeToString(deterministic=True))
    for artifact in (torch_model, onnx_model, onnx_with_transform_model):
        artifact.metadata.update(training.metadata())
    for artifact in (onnx_model, onnx_with_transform_model):
        artifact.metadata.update({"framework": "onnx", "exported_from": "pytorch", "opset": OPSET})
    print("exported to ONNX", flush=True)


@dsl.component(base_image=image("train_model"), install_kfp_package=False)
def choose_model(
    train_metrics: Input[list[Metrics]],
    torch_models: Input[list[Model]],
    onnx_models: Input[list[Model]],
    configurations: list,
    torch_model: Output[Model],
    onnx_with_transform_model: Output[Model],
    choice: Output[Metrics],
    ranking: Output[Markdown],
) -> None:
    """Choose the best of several trainings by their validation photos; test photos have no say in it.

    Args:
        train_metrics: Of each training, from train_model.
        torch_models: The checkpoint of each, in the same order.
        onnx_models: Its ONNX model with preprocessing inside.
        configurations: What each training was given, as they were looped over.
        torch_model: The checkpoint of the one with the smallest validation loss, once its scores are calibrated; of
            several that are equal, the first.
        onnx_with_transform_model: Its ONNX model.
        choice: Its figures, and which one it is, counted from 0 (chosen).
        ranking: All of them, the best first, as Markdown.
    """
    import shutil
    from pathlib import Path

    from train_model.choice import rank_trainings, ranking_table
    from train_model.errors import TrainModelError

    try:
        ranked = rank_trainings([metrics.metadata for metrics in train_metrics], configurations)
    except TrainModelError as error:
        raise SystemExit(f"error: {error}") from None
    best = ranked[0]
    for models, output in ((torch_models, torch_model), (onnx_models, onnx_with_transform_model)):
        shutil.copyfile(models[best.number].path, output.path)
        output.metadata.update(models[best.number].metadata)
    choice.log_metric("chosen", best.number)
    for name, value in best.figures.items():
        choice.log_metric(name, value)
    Path(ranking.path).write_text(ranking_table(ranked), encoding="utf-8")
    print(f"configuration {best.number} of {len(ranked)} is the best: {best.configuration}", flush=True)
