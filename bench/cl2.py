"""A synthetic citylots2: parcels of a city as GeoJSON-like records, one a line.

The file that event-ruler and quamina publish figures on cannot be had. This one has its layout, its
number of records and about its size, and as many records for each rule of bench/rules/cl2.json as
event-ruler's own benchmark asserts. Everything else is chance, drawn from SEED.

How the counts are reached: a column is a list of (value, how many), shuffled; what the rules do not
name is filled with values that no rule can match. Coordinates are drawn from the three intervals
that the thresholds of the numeric rules leave, away from their ends, and the records whose polygon
crosses a threshold are chosen by number.
"""

import random

SEED = 20_191_107
RECORDS = 213_068

LEFT, MIDDLE, RIGHT = -122.46471267081272, -122.41600944012424, -122.4063085128395
SHARED_X = -122.42916360922355  # of 218 polygons; the first vertex of 2 of them
SINGLE_Y = 37.729900216217324  # of one vertex
MARGIN = 0.002  # degrees between a first vertex and a threshold it must not cross
SPREAD = 0.0008  # degrees a vertex may lie from the first one


def column(rng, counted, filler):
    """RECORDS values: each of `counted` as often as it says, the rest from `filler`, shuffled."""
    values = [value for value, count in counted for _ in range(count)]
    values += [filler(rng) for _ in range(RECORDS - len(values))]
    rng.shuffle(values)
    return values


def spread_over(total, values):
    """(value, count) for each value, the counts equal but for the last and `total` together."""
    each = total // len(values)
    counts = [each] * (len(values) - 1)
    return list(zip(values, counts + [total - sum(counts)]))


def parcel_ids(rng):
    """MAPBLKLOT: block and lot, digits; which of the wildcards 143*, 2*0*1*7, *218, 3*5*2 match is counted."""
    counted = [("1430022", 1), ("2607117", 101), ("2607218", 35), ("3745012", 655), ("VACSTWIL", 1)]
    counted += spread_over(489, [f"143{n:03}{end}" for n in range(9) for end in "3456"])
    counted += spread_over(612, [f"2{n}04157" for n in range(10)] + [f"20{n}1{n}47" for n in range(10)])
    counted += spread_over(8, ["0511218", "4102218"])
    counted += spread_over(1885, [f"3{n}51{m}2" for n in range(10) for m in range(30, 40)])

    def other(rng):
        # Begins with none of 143, 2, 3 and does not end in 218.
        return f"{rng.choice('04567')}{rng.randrange(1000):03}{rng.randrange(1, 200):03}"

    return sorted(column(rng, counted, other))


def streets(rng):
    """STREET: prefixes AC, BL, DR, FU, RH; suffixes ON, KE, MM, ING, GO; some whole names."""
    counted = [("FULTON", 1910), ("MASON", 2657), ("JEFFERSON", 131), ("BEACH", 211), ("HYDE", 1758)]
    counted += [("CHESTNUT", 825), ("MASONIC", 293), ("MOULTON", 22)]
    counted += [("ACADIA", 10), ("ACEVEDO", 14)]  # AC 24
    counted += [("BLAIR", 200), ("BLYTHDALE", 242)]  # BL 442
    counted += [("DRAKE", 12), ("DRUMM", 13), ("DRISCOLL", 13)]  # DR 38, with one of the KE and all the MM
    counted += [("FUNSTON", 400), ("FUENTE", 77)]  # with FULTON: FU 2387
    counted += [("RHINE", 128), ("RHODE ISLAND", 200)]  # RH 328
    counted += [("BANCROKE", 400), ("LAKE", 459)]  # with DRAKE: KE 871
    counted += [("KEARNING", 900), ("STERLING", 1063)]  # ING 1963
    counted += [("SANTIAGO", 600), ("DIEGO", 82)]  # GO 682
    # ON 17921 with FULTON, MASON, JEFFERSON, MOULTON and FUNSTON, none of which ends in ASON or ULTON.
    ending_in_on = 17_921 - 1910 - 2657 - 131 - 22 - 400
    counted += spread_over(ending_in_on, ["JACKSON", "WASHINGTON", "UNION", "MISSION", "HARRISON", "TRENTON"])
    names = ["GEARY", "NORIEGA", "TARAVAL", "CLEMENT", "VALENCIA", "SANCHEZ", "GUERRERO", "CASTRO", "NOE",
             "19TH", "24TH", "25TH", "28TH", "41ST", "46TH", "HAIGHT", "PAGE", "OAK", "FELL", "HAYES",
             "KIRKHAM", "LAWTON AVENUE", "MORAGA", "ORTEGA", "PACHECO", "QUINTARA", "RIVERA", "ULLOA",
             "VICENTE", "WAWONA", "YORBA", "SLOAT", "CORTLAND", "ALEMANY", "SILVER", "PAUL", "THIRD"]
    return column(rng, counted, lambda rng: rng.choice(names))


def street_types(rng):
    """ST_TYPE: ST 116386, S* 116401, *T 118160."""
    counted = [("ST", 116_386), ("SQ", 15), ("CT", 1_774)]
    return column(rng, counted, lambda rng: rng.choice(["AVE", "AVE", "AVE", "BLVD", "DR", "WAY", "TER", "RD", "PL", "LN"]))


def house_numbers(rng):
    """FROM_ST: 441 2453, 44* 3977, *41 4013."""
    counted = [("441", 2453)]
    counted += spread_over(3977 - 2453, ["440", "442", "445", "447", "448", "4400", "4428", "4467"])
    counted += spread_over(4013 - 2453, ["41", "141", "241", "541", "941", "1241", "1641", "2341"])

    def other(rng):
        while True:
            number = str(rng.randrange(1, 3999))
            if not number.startswith("44") and not number.endswith("41"):
                return number

    return column(rng, counted, other)


def between(rng, low, high):
    return rng.uniform(low + MARGIN, high - MARGIN)


class Shape:
    """The x of a first vertex, and what must hold of the other vertices."""

    def __init__(self, x, crossing=None, shared=False):
        self.x = x
        self.crossing = crossing  # an x on the other side of a threshold that one vertex has
        self.shared = shared  # whether one other vertex has SHARED_X


def shapes(rng):
    """First x below MIDDLE 148948, above 64120, between LEFT and RIGHT 127053; any x below 149446,
    above 64368, between 127485. Above MIDDLE and left of RIGHT lie 24000, by choice."""
    near = 0.0004
    west, centre, east, far_east = [], [], [], []
    west += [Shape(LEFT - near, LEFT + near) for _ in range(300)]
    west += [Shape(between(rng, -122.51, LEFT)) for _ in range(148_948 - 103_053 - 300)]
    centre += [Shape(MIDDLE - near, MIDDLE + near) for _ in range(248)]
    centre += [Shape(SHARED_X) for _ in range(2)]
    centre += [Shape(SHARED_X + rng.uniform(-SPREAD, SPREAD), shared=True) for _ in range(216)]
    centre += [Shape(between(rng, LEFT, MIDDLE)) for _ in range(103_053 - 248 - 2 - 216)]
    east += [Shape(MIDDLE + near, MIDDLE - near) for _ in range(498)]
    east += [Shape(between(rng, MIDDLE, RIGHT)) for _ in range(24_000 - 498)]
    far_east += [Shape(RIGHT + near, RIGHT - near) for _ in range(132)]
    far_east += [Shape(between(rng, RIGHT, -122.36)) for _ in range(64_120 - 24_000 - 132)]
    every = west + centre + east + far_east
    rng.shuffle(every)
    return every


def vertex_count(rng):
    """46 % have 5; the mean is about 10.3."""
    if rng.random() < 0.46:
        return 5
    return min(400, max(4, round(rng.lognormvariate(2.405, 0.75))))


def number(value):
    """About 17 digits, and the shortest text of a double: event-ruler compares no others as numbers."""
    return repr(round(value, 14 if value < 0 else 15))


def vertices(rng, shape, y):
    """The ring of a polygon: [(x, y)] as text, closed."""
    # Vertices stay on the first one's side of every threshold unless the shape says otherwise.
    step = 0.0003 if shape.crossing is not None else SPREAD
    first = (number(shape.x), number(y))
    ring = [first]
    for _ in range(vertex_count(rng) - 2):
        ring.append((number(shape.x + rng.uniform(-step, step)), number(y + rng.uniform(-step, step))))
    if shape.crossing is not None:
        ring[1] = (number(shape.crossing), ring[1][1])
    if shape.shared:
        ring[1] = (number(SHARED_X), ring[1][1])
    ring.append(first)
    return ring


def lines():
    """The records as texts, without line ends."""
    rng = random.Random(SEED)
    columns = zip(parcel_ids(rng), streets(rng), street_types(rng), house_numbers(rng), shapes(rng))
    plain = [place for place in range(RECORDS)]
    multi = set(rng.sample(plain, 500))  # more than are needed: those at the shared x stay polygons
    multi_left = 120
    for place, (parcel, street, street_type, house, shape) in enumerate(columns):
        y = rng.uniform(37.71, 37.83)
        ring = vertices(rng, shape, y)
        is_multi = place in multi and multi_left > 0 and not shape.shared and shape.x != SHARED_X
        if is_multi:
            if multi_left == 120:
                ring[1] = (ring[1][0], number(SINGLE_Y))
            multi_left -= 1
        points = ",".join(f'{{"x":{x},"y":{y},"z":0.0}}' for x, y in ring)
        x, y = ring[0]
        yield (
            f'{{"type":"Feature","properties":{{"MAPBLKLOT":"{parcel}","BLKLOT":"{parcel}",'
            f'"BLOCK_NUM":"{parcel[:4]}","LOT_NUM":"{parcel[4:]}","FROM_ST":"{house}","TO_ST":"{house}",'
            f'"STREET":"{street}","ST_TYPE":"{street_type}","ODD_EVEN":"{rng.choice("EO")}"}},'
            f'"geometry":{{"type":"{"MultiPolygon" if is_multi else "Polygon"}","coordinates":[[{points}]],'
            f'"firstCoordinates":{{"x":{x},"y":{y},"z":0.0}}}}}}'
        )
