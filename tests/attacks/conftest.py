"""The table of the attacks: of each family, how many there were, and the points that the best of them gained."""

from collections import defaultdict


def pytest_terminal_summary(terminalreporter) -> None:
    gained: dict[str, list[int]] = defaultdict(list)
    for report in [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]:
        for name, value in report.user_properties:
            if name == "attack" and report.when == "call":
                family, points = value
                gained[family].append(max(points, 0))
    if gained:
        terminalreporter.write_line(f"{'attacks':<32} {'cases':>6} {'points gained':>14}")
    for family, points in sorted(gained.items()):
        terminalreporter.write_line(f"{family.replace('_', ' '):<32} {len(points):>6} {max(points):>14}")
