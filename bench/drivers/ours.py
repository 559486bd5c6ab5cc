"""Garim's own judgement of one picture: bytes to decision, as an inspector and the shield do it."""

from serve import serve

from garim_addon.assembly import model_defaults
from garim_addon.decide.policy import Policy
from garim_addon.exchange import Direction
from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.confirm import confirm
from garim_addon.judge.inspect import Inspector


def main() -> None:
    """Load and serve.

    Raises:
        ModelError: When a model is missing: a figure without it would be a lie.
    """
    inspector = Inspector(WorkerConfig())
    if inspector.model_failure is not None:
        raise inspector.model_failure
    policy = Policy.preset()
    thresholds = policy.thresholds(0.0, model_defaults(None))

    def judge(body: bytes) -> object:
        found = inspector.judge(body)
        decision = policy.decide(confirm(found, thresholds), Direction.DOWNLOAD)
        return {
            "action": decision.action,
            "stages": len({score.stage for score in found.scores}),
            "failure": found.failure,
            "steps": found.steps,
        }

    serve(judge)


if __name__ == "__main__":
    main()
