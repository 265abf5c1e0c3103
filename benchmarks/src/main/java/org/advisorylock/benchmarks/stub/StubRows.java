package org.advisorylock.benchmarks.stub;

import java.sql.ResultSet;

/** Rows that all say yes. */
abstract class StubRows implements ResultSet {

    static final int BACKEND = 4711;

    private int left;
    private String text = "";
    private boolean answer = true;
    private int locked;

    StubRows with(int rows, String text, boolean answer) {
        this.left = rows;
        this.text = text;
        this.answer = answer;
        return this;
    }

    /** The answer that so many keys are locked. */
    StubRows withLocked(int keys) {
        locked = keys;
        return with(1, "read committed", true);
    }

    @Override
    public boolean next() {
        return left-- > 0;
    }

    @Override
    public String getString(int column) {
        return text;
    }

    @Override
    public String getString(String column) {
        return text;
    }

    /** The second column tells of a standby, where there is one. */
    @Override
    public boolean getBoolean(int column) {
        return answer && column != 2;
    }

    @Override
    public boolean getBoolean(String column) {
        return answer && !column.equals("standby");
    }

    @Override
    public int getInt(String column) {
        return column.equals("locked") ? locked : BACKEND;
    }

    @Override
    public void close() {}
}
