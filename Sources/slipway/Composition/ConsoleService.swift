internal import NIOCore
internal import ServiceLifecycle
internal import SlipwayConsole

/// The console, with an error that says what to do when its address can't be had.
struct ConsoleService: Service {
    let console: Console
    let address: SlipwayConfiguration.Console

    func run() async throws {
        do {
            try await console.run()
        } catch let error as IOError {
            throw cannotListen(error)
        } catch let error as SocketAddressError.UnknownHost {
            throw cannotListen(error)
        }
    }

    private func cannotListen(_ error: any Error) -> CommandFailure {
        CommandFailure(
            .usage,
            "the console can't listen on \(harmless(address.host)) port \(address.port): set console.port to a free one "
                + "and console.host to an address of this machine (\(harmless("\(error)")))")
    }
}
