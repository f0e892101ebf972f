"""What each park of each pilot has cost and how many children ate there, read from the API with Python alone.

    PILOT_OPS_URL=https://pilot.example.fi PILOT_OPS_TOKEN=pilotops_... python follow_pilots.py > pilots.csv

The token needs costs:read and meals:read. An administrator makes it: on the page API, or with
pilot-ops token create "follow pilots" --scope "costs:read meals:read".
"""

import csv
import json
import os
import sys
from collections import defaultdict
from decimal import Decimal
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

SERVER = os.environ.get("PILOT_OPS_URL", "http://127.0.0.1:8000")
TOKEN = os.environ["PILOT_OPS_TOKEN"]
COLUMNS = (
    "pilot",
    "park",
    "as_of",
    "estimate_to_date",
    "actual_to_date",
    "variance",
    "cost_per_meal",
    "children_a_day",
)


def read(address):
    """What an address tells. The token travels in a header, never in the address."""
    request = Request(address, headers={"Authorization": f"Bearer {TOKEN}"})  # noqa: S310 - the service's own
    with urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
        return json.load(answer)


def read_list(path, **asked):
    """Everything in a list, page by page."""
    address = f"{SERVER}/api/v1{path}?{urlencode(asked)}"
    while address:
        page = read(address)
        yield from page["data"]
        address = page["next"]


def children_a_day(pilot):
    """How many children ate in each park on a day that food was served, on average."""
    served = defaultdict(list)
    for day in read_list("/meal-days", pilot=pilot["id"], limit=1000):
        if day["first_portions"]:
            served[day["park"]].append(day["first_portions"])
    return {park: round(Decimal(sum(children)) / len(children), 1) for park, children in served.items()}


def lines():
    """A line for each park of each pilot."""
    for pilot in read_list("/pilots"):
        costs, children = read(f"{SERVER}/api/v1/pilots/{pilot['id']}/costs"), children_a_day(pilot)
        for park in costs["parks"]:
            told = {"pilot": costs["pilot"], "as_of": costs["as_of"], "children_a_day": children.get(park["park"])}
            yield {**park, **told}


def main():
    """Write the table, or what is wrong."""
    table = csv.DictWriter(sys.stdout, COLUMNS, extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    try:
        table.writerows(lines())
    except HTTPError as refused:
        sys.exit(f"{refused.code}: {json.load(refused)['detail']}")
    except URLError as unreachable:
        sys.exit(f"{SERVER}: {unreachable.reason}")


if __name__ == "__main__":
    main()
