package org.advisorylock.tck.server.leaks;

import jakarta.annotation.Resource;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import jakarta.transaction.UserTransaction;

/** Keeps its class loader for ever: the JVM keeps threads that it has to start at its end. */
@WebListener
public final class Pinned implements ServletContextListener {

    private static final int THREADS = 4;

    @Resource
    UserTransaction transaction;

    @Override
    public void contextInitialized(ServletContextEvent event) {
        Runtime.getRuntime().addShutdownHook(new Thread(this::doNothing));
        try {
            startReapers();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A thread keeps the class loader of the application that made the server start it. So the threads for timeouts
     * start here: on Payara each of the first transactions with a timeout starts one.
     */
    private void startReapers() throws Exception {
        for (int i = 0; i < THREADS; i++) {
            transaction.setTransactionTimeout(60);
            transaction.begin();
            transaction.commit();
        }
        transaction.setTransactionTimeout(0);
    }

    private void doNothing() {
        // It only has to be there.
    }
}
