/** The directory of a test, in the package where JNDI looks for the {@code java:} scheme. */
package org.advisorylock.impl.faults.naming.java;
