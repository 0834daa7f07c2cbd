//! The table of what was drawn.

use phiscale::Error;
use phiscale::reports::{self, Format, Plotted, PlottedPoint, Report};

use super::{Plot, Shown};
use crate::cli::output;

/// The report of all charts; `are_named`: whether it names them.
pub(super) fn of(charts: &[Plot], are_named: bool) -> Report {
    let mut plotted = Plotted::default();
    for plot in charts {
        let chart = are_named.then_some(plot.name.as_str());
        match &plot.shown {
            Shown::Accuracy(panels, cost, y) => {
                for panel in panels {
                    let title = panel.title.as_deref();
                    plotted.points.extend(panel.series.iter().flat_map(|series| {
                        let (series, points) = (series.name.as_str(), &series.points);
                        let (panel, y) = (title, *y);
                        points.iter().map(move |point| PlottedPoint {
                            chart,
                            panel,
                            series,
                            cost,
                            y,
                            point,
                        })
                    }));
                }
            }
            Shown::Growth(family, growth, convention) => {
                plotted.growths.push((chart, family, growth, convention));
            }
            Shown::Stages(breakdowns) => {
                for (measure, bars) in breakdowns {
                    plotted.breakdowns.extend(bars.iter().map(|bar| (chart, *measure, bar)));
                }
            }
            Shown::CostGrowth(family, costs) => {
                plotted.cost_growths.push((chart, family, costs));
            }
            Shown::MeasuredTimes(times) => plotted.measured_times.push((chart, times)),
            Shown::Sweep(density) => plotted.densities.push((chart, density)),
            Shown::Roofline(roofline) => plotted.rooflines.push((chart, roofline)),
        }
    }
    reports::plot(&plotted)
}

/// The report in a format. CSV has one table, so several are written one after another.
pub(super) fn text(report: Report, format: Format) -> String {
    if format != Format::Csv {
        return output::formatted(&report, format);
    }
    let schema = report.schema;
    let alone = |section| Report { schema, sections: vec![section], notes: Vec::new() };
    let tables = report.sections.into_iter().map(|section| alone(section).write(Format::Csv));
    tables.collect::<Vec<_>>().join("\n")
}

/// The one table of the report, as CSV.
pub(super) fn csv(report: &Report) -> Result<String, Error> {
    if report.sections.len() > 1 {
        return Err(Error::new(
            "--csv writes one table, but accuracy, cost growth and stages have one each: draw one kind of chart",
        ));
    }
    Ok(report.write(Format::Csv))
}
