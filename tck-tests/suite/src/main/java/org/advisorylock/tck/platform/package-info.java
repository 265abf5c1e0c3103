/**
 * What an application server adds: enterprise beans, timers, resources of Jakarta REST, persistence, its threads. Each
 * has its own class, so that a runner can leave out what its server does not have. Runtimes without a server run none
 * of this package.
 *
 * <p>The runner defines the DataSources of {@link org.advisorylock.tck.platform.ServerDataSources} in each archive.
 */
@NullMarked
package org.advisorylock.tck.platform;

import org.jspecify.annotations.NullMarked;
