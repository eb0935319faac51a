package io.parley.benchmarks.worker;

import java.util.List;

/** The answer to an {@link Order}, a little longer than that. Immutable. */
record Receipt(long number, String customer, String currency, long total, String remark, List<Order.Line> lines) {}
