/**
 * What a lock costs. The figures hold on a busy machine: all ways run side by side in one run; round trips and CPU come
 * first, and times last, as ratios.
 */
@NullMarked
package org.advisorylock.benchmarks;

import org.jspecify.annotations.NullMarked;
