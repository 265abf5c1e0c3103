package org.advisorylock.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.XAConnection;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.advisorylock.testbed.TestDatabase;
import org.postgresql.xa.PGXADataSource;

/** Shows what each proof says where the answer is known. */
final class ProofsOnTrial {

    private ProofsOnTrial() {}

    private record Branch(int number) implements Xid {

        @Override
        public int getFormatId() {
            return 1;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return new byte[] {(byte) number};
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {(byte) number};
        }
    }

    static void print(FigureReport report) throws SQLException, XAException {
        report.head("asked for a transaction", "on an autocommit connection", "in a transaction", "in an XA branch");
        for (TransactionCheck proof : TransactionCheck.values()) {
            report.row(
                    proof,
                    judged(inAutocommit(proof), false),
                    judged(inTransaction(proof), true),
                    judged(inBranch(proof), true));
        }
    }

    private static String judged(boolean said, boolean truth) {
        return (said ? "yes" : "no") + (said == truth ? "" : ", WRONG");
    }

    static boolean inAutocommit(TransactionCheck proof) throws SQLException {
        try (Connection connection = TestDatabase.get().connect()) {
            return proof.isInTransaction(connection);
        }
    }

    static boolean inTransaction(TransactionCheck proof) throws SQLException {
        try (Connection connection = TestDatabase.get().connect()) {
            connection.setAutoCommit(false);
            boolean said = proof.isInTransaction(connection);
            connection.rollback();
            return said;
        }
    }

    /** On the XA connection of the driver, as some servers pass it on. */
    static boolean inBranch(TransactionCheck proof) throws SQLException, XAException {
        PGXADataSource dataSource = new PGXADataSource();
        dataSource.setUrl(TestDatabase.get().jdbcUrl());
        dataSource.setUser(TestDatabase.get().user());
        dataSource.setPassword(TestDatabase.get().password());
        XAConnection xa = dataSource.getXAConnection();
        try {
            Branch branch = new Branch(1);
            xa.getXAResource().start(branch, XAResource.TMNOFLAGS);
            boolean said = proof.isInTransaction(xa.getConnection());
            xa.getXAResource().end(branch, XAResource.TMSUCCESS);
            xa.getXAResource().rollback(branch);
            return said;
        } finally {
            xa.close();
        }
    }
}
