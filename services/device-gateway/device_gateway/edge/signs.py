"""Log event names and figures of the edge."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

SCANNERS_READ = "scanners_read"
SCANNERS_FILE_BAD = "scanners_file_bad"
DEVICE_STATE = "device_state"
CODE_READ = "code_read"
CODE_REPEATED = "code_repeated"
GARBAGE_READ = "garbage_read"
READ_NOT_KEPT = "read_not_kept"
SPOOL_FILLING = "spool_filling"
SPOOL_FULL = "spool_full"
SPOOL_EASED = "spool_eased"
CACHE_RENEWED = "cache_renewed"
MESSAGE_LEFT_OUT = "edge_message_left_out"

READS = Counter("qiantai_edge_reads", "Reads by what became of them", ["device", "verdict"])
GARBAGE = Counter("qiantai_edge_garbage_bytes", "Bytes that cannot be a code", ["device"])
UP = Gauge("qiantai_edge_device_up", "1 where the device answers", ["device"])
WAITING = Gauge("qiantai_edge_spool_waiting", "Messages on disk that are not confirmed yet")
ALARM = Gauge("qiantai_edge_spool_alarm", "1 where the spool is filling, 2 where it is full")
KEPT = Histogram(
    "qiantai_edge_kept_seconds",
    "From the end of a read to its message on disk",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1),
)
