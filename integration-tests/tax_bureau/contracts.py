"""Python modules of the contracts, generated from the .proto files beside this checkout."""

import hashlib
import pathlib
import sys

from grpc_tools import protoc

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROTO = ROOT / "proto"
GENERATED = ROOT / ".local" / "python" / "contracts"


def generate() -> None:
    """Generates the modules unless they were made from these very files; makes them importable."""
    sources = sorted(PROTO.rglob("*.proto"))
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    stamp = GENERATED / "digest"
    if not stamp.exists() or stamp.read_text() != digest:
        GENERATED.mkdir(parents=True, exist_ok=True)
        # The well-known types come with protobuf itself.
        well_known = pathlib.Path(protoc.__file__).parent / "_proto"
        arguments = [
            "protoc",
            f"--proto_path={PROTO}",
            f"--proto_path={well_known}",
            f"--python_out={GENERATED}",
            f"--grpc_python_out={GENERATED}",
            *(str(source.relative_to(PROTO)) for source in sources),
        ]
        if protoc.main(arguments) != 0:
            sys.exit("the contracts cannot be compiled; see above")
        stamp.write_text(digest)
    sys.path.insert(0, str(GENERATED))
