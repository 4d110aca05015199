"""Random persons and what the law gives them: one JSON object a line, {request, benefits, ownWage, refused}."""

import argparse
import json
import sys

from benefits_model.estimate import answer
from benefits_model.persons import persons


def main() -> None:
    options = arguments()
    for request in persons(options.seed, options.persons, options.area):
        print(json.dumps(answer(request)))
    if options.stdin:
        for line in sys.stdin:
            # Answered one by one, so that who asks may wait for each.
            print(json.dumps(answer(json.loads(line))), flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benefits_model", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same persons")
    parser.add_argument("--persons", type=int, default=0, help="how many random persons to answer")
    parser.add_argument("--area", default="440300", help="the pooling area that they ask, GB/T 2260")
    parser.add_argument("--stdin", action="store_true", help="answers the requests of standard input, one a line")
    return parser.parse_args()


if __name__ == "__main__":
    main()
