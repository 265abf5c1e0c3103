/** The directory of a test, where JNDI looks for that of {@code java:} names. */
package org.advisorylock.impl.faults.naming.java;
