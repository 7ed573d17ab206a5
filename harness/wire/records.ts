/** All that is known of record batches, format 2: their outside, the records inside, the markers of transactions. */
export * from './batch-header.ts'
export * from './compression.ts'
export * from './control-records.ts'
export * from './record-batch.ts'
