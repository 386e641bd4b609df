"""From points of (recall, queries per second) to one speed at one recall."""
import math


def front(points):
    """The points that no other beats in both, by rising recall (and so by falling speed)."""
    best = []
    for recall, speed in sorted(points, key=lambda p: (-p[0], -p[1])):
        if not best or speed > best[-1][1]:
            best.append((recall, speed))
    return best[::-1]


def speed_at(points, recall):
    """(speed, how): interpolated log-linearly on the front ("="), the speed of the first setting when it already has more
    recall (">": a lower bound), or None where the recall is not reached."""
    line = front(points)
    if not line or line[-1][0] < recall:
        return None, "-"
    if line[0][0] >= recall:
        return line[0][1], ">" if line[0][0] > recall else "="
    for (r0, s0), (r1, s1) in zip(line, line[1:]):
        if r0 <= recall <= r1:
            share = (recall - r0) / (r1 - r0)
            return math.exp(math.log(s0) * (1 - share) + math.log(s1) * share), "="
    return None, "-"


def net_of(speed, floor_us):
    """Queries per second without the cost of a call. At most half of the time is taken off: the floor holds a small search as well, and
    the difference of two nearly equal numbers says little."""
    seconds = 1 / speed
    return 1 / max(seconds - floor_us * 1e-6, seconds / 2)


def median(values):
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
