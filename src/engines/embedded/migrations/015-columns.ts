/**
 * What searches are narrowed by that many events share: model, status, type. A row of an event is large, and sealed by page;
 * this has a small part of each, so that the places of what passes are read from it alone. That no place is below 0 goes without
 * saying; said here, it keeps the index out of plans that want their events in another order.
 */
export const columns = `
create index events_columns on events(model, status, event_type, tenant, ts) where seq >= 0;
`
