/// The price book that is used where none is configured: `deploy/costs/price-book.yaml`, byte for byte, so that the program
/// alone is enough. A test holds the two together.
enum DefaultPriceBook {
    static let name = "the built-in price book"

    static let yaml = #"""
        # Prices of AWS Fargate, in USD per hour, as Slipway estimates costs with them. Copy this file, correct it, and name it in
        # costs.priceBook. What is not here costs "unknown": nothing is guessed.
        #
        # Estimates: no discounts, savings plans, public addresses, traffic or logs. FARGATE_SPOT varies with supply and demand; what
        # is here was read on the day that its source names.
        #
        # vCPUHour          of one vCPU
        # gigabyteHour      of one GB of memory
        # licenceVCPUHour   of the operating system, for each vCPU (Windows)
        # storageHour       of one GB of ephemeral storage beyond the 20 that are free (Linux)
        # from              good for launches made on that day (UTC) and later; absent: from the beginning
        currency: USD
        asOf: 2026-03-31
        prices:
          - region: us-east-1
            platform: linux-x86
            capacity: FARGATE
            vCPUHour: 0.04048
            gigabyteHour: 0.004445
            storageHour: 0.000111
            source: https://aws.amazon.com/fargate/pricing/
          - region: us-east-1
            platform: linux-arm
            capacity: FARGATE
            vCPUHour: 0.03238
            gigabyteHour: 0.00356
            storageHour: 0.000111
            source: https://aws.amazon.com/fargate/pricing/
          - region: us-east-1
            platform: windows-x86
            capacity: FARGATE
            vCPUHour: 0.09148
            gigabyteHour: 0.01005
            licenceVCPUHour: 0.046
            source: https://aws.amazon.com/fargate/pricing/
          # "Up to 70 % off": the whole discount, so the least that it costs.
          - region: us-east-1
            platform: linux-x86
            capacity: FARGATE_SPOT
            vCPUHour: 0.012144
            gigabyteHour: 0.0013335
            storageHour: 0.000111
            source: https://aws.amazon.com/fargate/pricing/
          - region: us-west-2
            platform: linux-x86
            capacity: FARGATE_SPOT
            vCPUHour: 0.012144
            gigabyteHour: 0.0013335
            storageHour: 0.000111
            source: https://gist.github.com/unacceptable/dbf000ce4fde4b14a45d315507de5cd7 (2023-12-11)
          - region: eu-west-1
            platform: linux-x86
            capacity: FARGATE
            vCPUHour: 0.04048
            gigabyteHour: 0.004445
            storageHour: 0.000111
            source: https://tomgregory.com/aws/aws-fargate-spot-vs-fargate-price-comparison/ (storage as in us-east-1)

        """#
}
