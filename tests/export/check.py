"""Opens exported workbooks as other people's programs do: openpyxl, and LibreOffice where it is installed.

    pip install -r tests/export/requirements.txt
    python3 tests/export/check.py [--keep FOLDER]
    CALLSCOPE_KEEP=FOLDER cargo test -p callscope-e2e --test e2e -- export && python3 tests/export/check.py --written FOLDER

Builds and runs examples/workbook.rs on the demonstration feed, or takes what a browser downloaded. Then:
- openpyxl reads every workbook without a warning, and finds a chart on every sheet of a metric that has lines, with its references;
- LibreOffice recalculates every formula from nothing (the written results are taken out beforehand) and comes to what was written;
- LibreOffice draws the charts: the colour of a line is on the page. --keep leaves the pictures to be looked at;
- Python's csv reads every CSV, and no text in it would run as a formula.
"""

import argparse
import csv
import math
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
import zipfile
from pathlib import Path

import openpyxl

ROOT = Path(__file__).resolve().parents[2]
MADE = ["hours", "days", "minutes", "services", "empty", "unknown", "calls"]
# Always recalculate when a workbook of Excel's format is opened.
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


def expect(condition, message):
    if not condition:
        sys.exit(f"FAILED: {message}")


def formulas(path):
    book = openpyxl.load_workbook(path)
    cells = {}
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cells[sheet.title, cell.coordinate] = cell.value
    return cells


def values(path, cells):
    book = openpyxl.load_workbook(path, data_only=True)
    return {(sheet, at): book[sheet][at].value for sheet, at in cells}


def open_with_openpyxl(folder, books):
    for name in books:
        book = openpyxl.load_workbook(folder / f"{name}.xlsx")
        charts = {sheet.title: sheet._charts for sheet in book if sheet._charts}
        for title, found in charts.items():
            expect(len(found) == 1, f"{name}/{title} has {len(found)} charts")
            rows = book[title].max_row
            for series in found[0].series:
                reference = series.val.numRef.f
                expect(reference.endswith(f"${rows}"), f"{name}/{title}: {reference} does not reach row {rows}")
                expect(title.replace("'", "''") in reference, f"{name}/{title}: {reference} is of another sheet")
        print(f"{name}: {len(book.sheetnames)} sheets, {len(charts)} charts, {len(formulas(folder / f'{name}.xlsx'))} formulas")
        if name in ("hours", "days", "minutes"):
            expect(len(charts) >= 11, f"{name} has {len(charts)} charts")


def same(written, recalculated):
    """LibreOffice saves 15 digits of a result, and a formula's empty text as nothing."""
    if isinstance(written, (int, float)) and isinstance(recalculated, (int, float)):
        return math.isclose(written, recalculated, rel_tol=5.1e-15)
    return (written or None) == (recalculated or None)


def without_results(source, target):
    """A copy of the workbook whose formulas have no results written beside them."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"</f><v>[^<]*</v>", b"</f>", data)
            new.writestr(item.filename, data)


def office(profile, *args):
    command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", *map(str, args)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    expect(done.returncode == 0, f"{command}: {done.stderr}")


def recalculate(folder, books, profile):
    bare, again = folder / "bare", folder / "again"
    bare.mkdir()
    for name in books:
        without_results(folder / f"{name}.xlsx", bare / f"{name}.xlsx")
    office(profile, "--convert-to", "xlsx", "--outdir", again, *[bare / f"{name}.xlsx" for name in books])
    compared = 0
    for name in books:
        cells = formulas(folder / f"{name}.xlsx")
        bare_values = values(bare / f"{name}.xlsx", cells)
        expect(all(v is None for v in bare_values.values()), f"{name}: results are still there")
        written, recalculated = values(folder / f"{name}.xlsx", cells), values(again / f"{name}.xlsx", cells)
        for at, value in written.items():
            expect(same(value, recalculated[at]), f"{name} {at} {cells[at]}: written {value!r}, recalculated {recalculated[at]!r}")
            compared += 1
    expect(compared > 100, f"only {compared} formulas")
    print(f"LibreOffice recalculated {compared} formulas to what was written")


def pixels(path):
    """Colours of a PPM picture."""
    data = path.read_bytes()
    head = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", data)
    body = data[head.end() :]
    return [body[i : i + 3] for i in range(0, len(body), 3)]


def draw(folder, books, profile):
    pictures = folder / "pictures"
    office(profile, "--convert-to", "pdf", "--outdir", pictures, *[folder / f"{name}.xlsx" for name in books])
    for name in books:
        subprocess.run(["pdftoppm", "-r", "150", "-f", "2", "-l", "2", pictures / f"{name}.pdf", pictures / name], check=True)
        page = next(pictures.glob(f"{name}-*.ppm"))
        # The line of failures, which nothing else on the page has the colour of.
        red = pixels(page).count(bytes.fromhex("C2392B"))
        expect(red > 20, f"{page.name}: {red} pixels of the line of failures")
        print(f"LibreOffice drew the chart of {name}: {red} pixels of the line of failures")


def read_csv(folder):
    files = sorted(folder.glob("*.csv"))
    rows = 0
    for path in files:
        expect(path.read_bytes().startswith(b"\xef\xbb\xbf"), f"{path.name} has no byte order mark")
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = list(csv.reader(file, strict=True))
        expect(len({len(row) for row in table}) == 1, f"{path.name}: rows of several lengths")
        for cell in (cell for row in table for cell in row):
            number = re.fullmatch(r"-?\d+(\.\d+)?|-", cell)
            expect(number or not re.match(r"[=+\-@\t\r\n]", cell), f"{path.name}: {cell!r} would run as a formula")
        rows += len(table)
    print(f"{len(files)} CSV files with {rows} rows read")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--written", type=Path)
    args = parser.parse_args()
    folder = args.keep or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    if args.written:
        for path in args.written.iterdir():
            shutil.copy(path, folder)
        books = sorted(path.stem for path in folder.glob("*.xlsx"))
        drawn = [name for name in books if openpyxl.load_workbook(folder / f"{name}.xlsx").worksheets[1]._charts][:1]
    else:
        command = ["cargo", "run", "--quiet", "--release", "--example", "workbook"]
        subprocess.run([*command, "public/feeds/demo.json.gz", str(folder)], cwd=ROOT, check=True)
        books, drawn = MADE, ["hours", "days"]
    warnings.simplefilter("error")
    open_with_openpyxl(folder, books)
    read_csv(folder)
    if shutil.which("soffice"):
        profile = folder / "profile"
        (profile / "user").mkdir(parents=True, exist_ok=True)
        (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE)
        recalculate(folder, books, profile)
        if shutil.which("pdftoppm"):
            draw(folder, drawn, profile)
    else:
        print("LibreOffice is not installed: formulas and pictures were not checked")


if __name__ == "__main__":
    main()
