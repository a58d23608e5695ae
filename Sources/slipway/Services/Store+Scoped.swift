internal import SlipwaySQLite

/// Opens the store at this path read-only for the time of `body`.
func withReader<Result>(
    ofStoreAt path: String, _ body: (StoreReader) async throws -> Result
) async throws -> Result {
    let reader = try StoreReader(path: path)
    do {
        let result = try await body(reader)
        await reader.close()
        return result
    } catch {
        await reader.close()
        throw error
    }
}

/// Opens the store at this path, which must exist and be of this version, to write to it for the time of `body`.
func withStore<Result>(
    at path: String, _ body: (SQLiteStore) async throws -> Result
) async throws -> Result {
    try await withStore(SQLiteStore(existing: path), body)
}

/// Closes the store when `body` has ended.
func withStore<Result>(
    _ store: SQLiteStore, _ body: (SQLiteStore) async throws -> Result
) async throws -> Result {
    do {
        let result = try await body(store)
        await store.close()
        return result
    } catch {
        await store.close()
        throw error
    }
}
