"""What the forked processes have imported before they begin."""

import qiantai.messaging.consumer
import qiantai.messaging.publisher
import qiantai.testing.example
import qiantai.worker  # noqa: F401
