"""The two KFP components that read the data source; the work is in the ``prep_data`` package."""

from kfp import dsl
from kfp.dsl import HTML, Dataset, Metrics, Output

from weather.images import image


@dsl.component(base_image=image("prep_data"), install_kfp_package=False)
def fingerprint_source(data_uri: str) -> str:
    """Say in one short text what a data source holds right now: other photos, another text.

    Args:
        data_uri: Folder of photos with one folder for each class: a whole path, gs://bucket/prefix or
            s3://bucket/prefix.

    Returns:
        The fingerprint, such as sha256:9f86d0...
    """
    from prep_data.errors import PrepDataError
    from prep_data.fingerprint import fingerprint_source as fingerprint

    try:
        return fingerprint(data_uri)
    except PrepDataError as error:
        raise SystemExit(f"error: {error}") from None


@dsl.component(base_image=image("prep_data"), install_kfp_package=False)
def prep_data(
    data_uri: str,
    source_fingerprint: str,
    random_seed: int,
    train_ratio: float,
    val_ratio: float,
    test_ratio: float,
    train_split: Output[Dataset],
    val_split: Output[Dataset],
    test_split: Output[Dataset],
    prep_metrics: Output[Metrics],
    near_duplicates: Output[HTML],
    group_near_duplicates: bool = False,
) -> None:
    """Check the photos of a data source and divide them into train, validation and test splits.

    Args:
        data_uri: Folder of photos with one folder for each class: a whole path, gs://bucket/prefix or
            s3://bucket/prefix.
        source_fingerprint: What the source must hold, from fingerprint_source.
        random_seed: Any whole number; another one divides the photos in another way.
        train_ratio: Share of the photos to train on, between 0 and 1; the three shares sum to 1.
        val_ratio: Share of the photos to choose the best epoch by.
        test_ratio: Share of the photos to evaluate the finished model on.
        train_split: Photos to train on, with their index, as Parquet.
        val_split: Photos to validate on, with their index, as Parquet.
        test_split: Photos to test on, with their index, as Parquet.
        prep_metrics: Photos by split and class; copies, and photos that look alike.
        near_duplicates: Photos that look alike though their files differ, side by side, as a page to look at: those in
            train and test first, those in different classes marked.
        group_near_duplicates: Whether photos that look alike share a split, as byte-identical copies always do. Then
            the test is harder and fairer, and a few photos go to another split than without it.
    """
    from pathlib import Path

    from prep_data.errors import PrepDataError
    from prep_data.snapshot import prepare
    from prep_data.split import Ratios, SplitName

    outputs: dict[SplitName, Dataset] = {"train": train_split, "validation": val_split, "test": test_split}
    try:
        snapshot = prepare(
            data_uri,
            source_fingerprint,
            Ratios(train_ratio, val_ratio, test_ratio),
            random_seed,
            {split: Path(output.path) for split, output in outputs.items()},
            group_near_duplicates,
        )
    except PrepDataError as error:
        raise SystemExit(f"error: {error}") from None
    for split, output in outputs.items():
        output.metadata.update(snapshot.metadata(split))
    for name, value in snapshot.metrics().items():
        prep_metrics.log_metric(name, value)
    Path(near_duplicates.path).write_text(snapshot.near_duplicates_page, encoding="utf-8")
