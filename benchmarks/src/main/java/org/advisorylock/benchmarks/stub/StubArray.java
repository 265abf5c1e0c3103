package org.advisorylock.benchmarks.stub;

import java.sql.Array;

/** Takes no values. */
abstract class StubArray implements Array {

    @Override
    public void free() {}
}
