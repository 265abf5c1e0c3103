/** JMH benchmarks of the library alone. Null checks are left out: JMH fills the fields. */
package org.advisorylock.benchmarks.own;
