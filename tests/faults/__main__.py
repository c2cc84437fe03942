"""`python -m tests.faults --quick` (two minutes) or `--long`: every fault, every mutant, one table."""

from __future__ import annotations

import argparse
import sys

from tests.faults.report import LONG, QUICK, print_row, print_sum, run_all
from tests.faults.restores import run_restores


def main() -> int:
    """Run one of the forms; 0 where nothing was violated and every mutant was caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    form = parser.add_mutually_exclusive_group(required=True)
    form.add_argument("--quick", action="store_const", dest="plan", const=QUICK, help="within two minutes")
    form.add_argument(
        "--long", action="store_const", dest="plan", const=LONG, help="1,000 kills, 10,000 disk states"
    )
    form.add_argument("--restores", type=int, metavar="N", help="N backups under load, each restored")
    asked = parser.parse_args()
    if asked.restores:
        result = run_restores(asked.restores)
        wrong = "; ".join(f"{number} × {what}" for what, number in result.faults.items()) or "no violation"
        print(f"{result.restores} of {asked.restores} restores under load, {result.orders} orders: {wrong}")
        return 0 if result.restores == asked.restores and not result.faults else 1
    rows = []
    for row in run_all(asked.plan):
        rows.append(row)
        print_row(row)
    print_sum(rows)
    return 0 if all(row.good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
