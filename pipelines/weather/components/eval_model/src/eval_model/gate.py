"""The whole of a comparison, from a test split and two checkpoints to a decision."""

import hashlib
from pathlib import Path

from eval_model.baseline import NO_BASELINE, Baseline
from eval_model.comparison import compare
from eval_model.decision import SAME_MODEL, WITHOUT_BASELINE, Decision, check_margin, decide


def gate(
    test_split: Path, checkpoint_file: Path, baseline: Baseline, margin: float, device: str, batch_size: int
) -> Decision:
    """Decide whether a new classifier takes the place of the baseline.

    Args:
        test_split: folder of the split, which neither was trained with.
        checkpoint_file: the new classifier.
        baseline: the older one.
        margin: by more than this the new one's weighted F1 must be higher.
        device, batch_size: see ``ask_both``.

    Raises:
        EvalModelError: ``margin`` is out of range; and whatever ``ask_both`` raises.
    """
    check_margin(margin)
    if baseline == NO_BASELINE:
        return WITHOUT_BASELINE
    if hashlib.sha256(checkpoint_file.read_bytes()).hexdigest() == baseline.sha256:
        return SAME_MODEL
    # Here and not above: what needs no comparison needs no PyTorch, which takes seconds to import.
    from eval_model.two_models import ask_both

    answers = ask_both(test_split, checkpoint_file, baseline, device, batch_size)
    found = compare(answers.true, answers.new, answers.baseline, answers.classes)
    print(f"weighted F1 {found.new:.4f}, of the baseline {found.baseline:.4f}, on {found.photos} photos", flush=True)
    return decide(found, margin, answers.seeds)
