extension StoreReader {
    /// Opens the store at this path for the time of `body`. Throws what `init(path:)` and `body` throw.
    public static func with<Result>(
        path: String, _ body: (StoreReader) async throws -> Result
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
}

extension SQLiteStore {
    /// Opens the store at this path, which must exist and be of this version, to write to it for the time of `body`. Throws
    /// what `init(existing:)` and `body` throw.
    public static func with<Result>(
        existing path: String, _ body: (SQLiteStore) async throws -> Result
    ) async throws -> Result {
        try await SQLiteStore(existing: path).closing(after: body)
    }

    /// Closes the store when `body` has ended.
    public func closing<Result>(after body: (SQLiteStore) async throws -> Result) async throws -> Result {
        do {
            let result = try await body(self)
            await close()
            return result
        } catch {
            await close()
            throw error
        }
    }
}
