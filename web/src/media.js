// What is used of mediabunny, so that the rest is left out of the build.

export { BufferTarget, getFirstEncodableVideoCodec, Mp4OutputFormat, Output, QUALITY_HIGH, VideoSample,
  VideoSampleSource, WebMOutputFormat } from "mediabunny";
