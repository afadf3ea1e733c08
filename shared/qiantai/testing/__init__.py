"""What the tests of all services share: servers, a service under test, builders."""
