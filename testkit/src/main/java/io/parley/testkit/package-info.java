/** Contract tests for plug-ins, and doubles for tests. */
package io.parley.testkit;
