/**
 * What the annotations mean. It makes and checks the plan of each method with a lock, checks the beans at deployment,
 * and reads the configuration.
 */
@NullMarked
package org.advisorylock.impl.plan;

import org.jspecify.annotations.NullMarked;
