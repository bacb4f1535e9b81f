"""The table: a block for each row, and at the end all quantities beside their goals."""

GATE_SLACK = 0.25  # a ratio may fall this far short of the recorded one


def goal_text(goal):
    if "at_least" in goal:
        return f">= {goal['at_least']:g}"
    if "at_most" in goal:
        return f"<= {goal['at_most']:g}"
    return ""


def reached(goal, value):
    """Whether the goal is reached; None where there is none."""
    if "at_least" in goal:
        return value >= goal["at_least"]
    if "at_most" in goal:
        return value <= goal["at_most"]
    return None


def fell(goal, quantity):
    """Whether a ratio is more than the slack worse than the recorded one."""
    recorded = goal.get("recorded")
    if recorded is None or quantity.unit != "x":
        return False
    if "at_most" in goal:
        return quantity.value > recorded * (1 + GATE_SLACK)
    return quantity.value < recorded * (1 - GATE_SLACK)


def verdict(goal, quantity):
    words = {True: "reached", False: "MISSED", None: ""}[reached(goal, quantity.value)]
    return f"{words} FELL".strip() if fell(goal, quantity) else words


def value_text(value, unit):
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}".strip()


def events_text(spread):
    scale, unit = (1e3, "k events/s") if spread.median >= 1e4 else (1.0, "events/s")
    median, best, low, high = (f"{part / scale:,.0f}" for part in (spread.median, spread.best, spread.low, spread.high))
    return f"{median:>7} {unit:10}  best {best:>7}  p10-p90 {low:>7} .. {high:<7}"


def block(result, goals):
    """The lines about one row."""
    lines = [f"{result.row}: {result.about}"]
    for name, events, megabytes in result.speeds:
        text = events_text(events) if events else ""
        lines.append(f"    {name:18} {text:60} {megabytes.median:>8,.0f} MB/s")
    for quantity in result.quantities:
        goal = goals.get(result.row, {}).get(quantity.name, {})
        value = value_text(quantity.value, quantity.unit)
        between = ""
        if quantity.low != quantity.high:
            between = f"({value_text(quantity.low, '')} .. {value_text(quantity.high, '')})"
        line = f"    {quantity.name:32} {value:>10}  {between:20} {goal_text(goal):8} {verdict(goal, quantity)}"
        lines.append(line.rstrip())
    lines += [f"    {note}" for note in result.notes]
    if result.failure:
        lines.append(f"    FAILED: {result.failure}")
    return lines


def summary(results, goals):
    """All quantities that have a goal, and what failed or is missing."""
    lines = ["", f"{'row':28} {'quantity':30} {'value':>10}  {'goal':8} {'recorded':>8}", "-" * 100]
    for result in results:
        for quantity in result.quantities:
            goal = goals.get(result.row, {}).get(quantity.name, {})
            if not goal_text(goal):
                continue
            recorded = "" if goal.get("recorded") is None else f"{goal['recorded']:.2f}"
            value = value_text(quantity.value, quantity.unit)
            line = f"{result.row:28} {quantity.name:30} {value:>10}  {goal_text(goal):8} {recorded:>8}  "
            lines.append((line + verdict(goal, quantity)).rstrip())
        if result.failure:
            lines.append(f"{result.row:28} FAILED: {result.failure}")
    missing = sorted({note for result in results for note in result.notes if note.startswith("MISSING")})
    return lines + [f"!! {note}" for note in missing]
