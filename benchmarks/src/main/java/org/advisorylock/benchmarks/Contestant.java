package org.advisorylock.benchmarks;

import org.advisorylock.testbed.ThrowingRunnable;

/**
 * One of the compared ways.
 *
 * @param call does it once
 */
public record Contestant(String name, ThrowingRunnable call) {}
