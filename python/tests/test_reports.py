"""Reports and charts."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import phiscale
import pytest


def test_report_is_a_mapping() -> None:
    report = phiscale.count("efficientnet:b0")
    values = report.to_dict()
    assert values["schema"].startswith("phiscale.count/")
    assert values["totals"]["macs"] == 385_814_752
    assert dict(report) == values == dict(report.items())
    assert [*report] == [*report.keys()] == [*values]
    assert [*report.values()] == [*values.values()]
    assert len(report) == len(values)
    assert report["totals"] == values["totals"]
    assert "totals" in report and "total" not in report
    with pytest.raises(KeyError):
        report["total"]


def test_report_has_notes() -> None:
    assert phiscale.count("efficientnet:b0").notes == []
    notes = phiscale.fit("efficientnet", max_macs="300M").notes
    assert "The next larger network has 300,812,992 MACs, 100.3 % of the budget." in notes


def test_report_is_written_in_every_format() -> None:
    report = phiscale.count("efficientnet:b0", "resnet:50")
    assert str(report) == repr(report)
    assert report.write().strip() == report.write("table").strip() == str(report).strip()
    beginnings = {"json": "{", "csv": "network,", "markdown": "|", "latex": r"\begin{tabular}", "html": "<div"}
    for format, beginning in beginnings.items():
        assert report.write(format).startswith(beginning), format  # type: ignore[arg-type]
    assert report._repr_html_() == report.write("html")
    assert "<td" in phiscale.network("efficientnet:b0")._repr_html_()
    with pytest.raises(ValueError, match="latex"):
        report.write("tex")  # type: ignore[arg-type]


def test_report_is_a_frame() -> None:
    pytest.importorskip("pandas")
    frame = phiscale.scale("efficientnet", phi=[0, 1, 2]).to_frame()
    assert frame["macs"].tolist() == [385_814_752, 992_629_472, 1_810_522_464]
    assert frame["macs"].dtype == "int64"
    growth = phiscale.check("efficientnet", phi="0..=3")
    assert growth.to_frame()["phi"].tolist() == growth.to_frame("steps")["phi"].tolist() == [0, 1, 2, 3]
    assert len(growth.to_frame("members")) == len(phiscale.family("efficientnet").members)
    with pytest.raises(ValueError, match="steps"):
        growth.to_frame("step")
    assert phiscale.count("efficientnet:b0").to_frame()["network"].tolist() == ["efficientnet:b0"]


def test_chart_is_written_in_every_format(tmp_path: Path) -> None:
    chart = phiscale.plot("efficientnet", x="phi", theme="auto")
    assert (chart.name, chart.title) == (
        "efficientnet-phi",
        "At φ = 7 EfficientNet costs 103× the MACs of φ = 0, not 128×",
    )
    assert repr(chart) == f"<phiscale.Chart {chart.name}: {chart.title}>"
    written = {"svg": chart.svg().encode(), "pdf": chart.pdf(), "png": chart.png(dpi=96)}
    for suffix, beginning in {"svg": b"<svg", "pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n"}.items():
        assert written[suffix].startswith(beginning)
        path = tmp_path / f"chart.{suffix}"
        chart.save(path, dpi=96 if suffix == "png" else None)
        assert path.read_bytes() == written[suffix]
    assert chart._repr_svg_() == chart.svg()
    with pytest.raises(phiscale.Error, match="svg"):
        chart.save(tmp_path / "chart.gif")


def test_threads_may_write_the_same_file(tmp_path: Path) -> None:
    chart = phiscale.plot("efficientnet")
    path = tmp_path / "chart.svg"
    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(chart.save, [path] * 32)] == [None] * 32
    assert [*tmp_path.iterdir()] == [path]
    assert path.read_text(encoding="utf-8") == chart.svg()


def test_chart_has_its_numbers() -> None:
    chart = phiscale.plot("efficientnet", "resnet")
    assert chart.title.startswith("EfficientNet reaches at least the same accuracy")
    assert "EfficientNet-B0" in chart.table.write("csv")
    assert "8 of 14 networks drawn" in chart.notes[0]
