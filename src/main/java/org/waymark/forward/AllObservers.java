package org.waymark.forward;

import java.util.List;

/** Several observers as one. */
final class AllObservers implements QueryObserver {
    private final QueryObserver[] observers;

    AllObservers(List<QueryObserver> observers) {
        this.observers = observers.toArray(QueryObserver[]::new);
    }

    @Override
    public boolean isOn() {
        for (QueryObserver each : observers) {
            if (each.isOn()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void ended(QueryEnd end) {
        for (QueryObserver each : observers) {
            if (each.isOn()) {
                each.ended(end);
            }
        }
    }
}
