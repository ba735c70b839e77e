"""What every test has: its database, its browser, no network."""

pytest_plugins = ["tests.browser", "tests.databases", "tests.network", "tests.skips"]
