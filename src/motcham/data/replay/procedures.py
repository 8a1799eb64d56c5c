"""Build `procedures.csv`: which procedures the demo's dossiers are about, how often, and whether they can be filed online.

Run by hand: `python -m motcham.data.replay.procedures`. The procedures and their channels are those of `data/procedures`; how
often each is asked for is published nowhere, so that the weights are assumptions: edit those of the rows marked `common`,
which are kept, and run it again. Left out is what a ward of this city does not do: borders, mobile offices, taxes, customs,
insurance funds.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
TAIL = 4
COLUMNS = ("code", "weight", "kind", "online", "sent_to", "trust")
WARD = ("Ủy ban nhân dân cấp xã", "Chủ tịch UBND cấp xã", "Chủ tịch Ủy ban nhân dân xã", "Uỷ ban Nhân dân cấp xã")
ABSENT = ("biên giới", "lưu động", "lấn biển")
POLICE = "department.public_security"


def main() -> None:
    """Write a row for each procedure that the wards or their police settle, in order of codes."""
    with (HERE / "procedures.csv").open(encoding="utf-8", newline="") as file:
        common = {row["code"]: row["weight"] for row in csv.DictReader(file) if row["kind"] == "common"}
    listed = {row["ma_so"]: row for row in _rows("official_list.csv.gz")}
    channels = defaultdict(set)
    for row in _rows("channels.csv.gz"):
        channels[row["ma_thu_tuc"]].add(row["channel"])
    with (HERE / "procedures.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for code, to in sorted(_settled_by(listed).items()):
            online = "yes" if "Trực tuyến" in channels[code] else "no"
            kind = "common" if code in common else "tail"
            writer.writerow([code, common.get(code, TAIL), kind, online, to, "assumption"])


def _settled_by(listed: dict[str, dict[str, str]]) -> dict[str, str]:
    """Return by code to whom the office sends what no rule routes: the police; nothing where a rule names the ward."""
    found = {}
    with gzip.open(HERE.parent / "procedures" / "commune_level.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            page = json.loads(line)
            row = listed.get(page["ma_thu_tuc"], {})
            field, title = row.get("linh_vuc") or page["linh_vuc"], page["ten_thu_tuc"]
            if any(word in title for word in ABSENT):
                continue
            if field in ("Hộ tịch", "Chứng thực") or any(each in row.get("co_quan_thuc_hien", "") for each in WARD):
                found[page["ma_thu_tuc"]] = ""
            elif field == "Đăng ký, quản lý cư trú":
                found[page["ma_thu_tuc"]] = POLICE
    return found


def _rows(name: str) -> list[dict[str, str]]:
    with gzip.open(HERE.parent / "procedures" / name, "rt", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
