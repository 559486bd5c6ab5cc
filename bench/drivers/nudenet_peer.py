"""The nudenet package, as its users call it, held to one thread."""

from pathlib import Path

import cv2
import nudenet
import onnxruntime
from serve import serve


def main() -> None:
    """Load and serve."""
    cv2.setNumThreads(1)
    detector = nudenet.NudeDetector()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    weights = Path(nudenet.__file__).with_name("320n.onnx")
    # The class takes no session options; its own session would run on every core.
    detector.onnx_session = onnxruntime.InferenceSession(
        str(weights), options, providers=["CPUExecutionProvider"]
    )
    serve(lambda body: len(detector.detect(body)))


if __name__ == "__main__":
    main()
