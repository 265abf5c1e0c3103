/**
 * What a lock costs, measured so that it can be read on a busy machine: side by side in one run, round trips and CPU
 * first, time last and as ratios.
 */
@NullMarked
package org.advisorylock.benchmarks;

import org.jspecify.annotations.NullMarked;
