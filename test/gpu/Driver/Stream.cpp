//===- Stream.cpp - Streams and events --------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has streams and events. Work runs when it is submitted, which is
// one of the orders that a driver may choose; or it becomes part of a graph.

#include "Driver/State.h"

using namespace fakecuda;

static CUstream toHandle(Stream *stream) {
  return reinterpret_cast<CUstream>(stream);
}

Stream *fakecuda::findStream(Context &context, CUstream handle) {
  if (!handle || handle == CU_STREAM_LEGACY || handle == CU_STREAM_PER_THREAD)
    return &context.legacy;
  return findHandle(context.streams, handle);
}

CUresult fakecuda::checkCapture(Context &context) {
  CUresult status = CUDA_SUCCESS;
  for (const std::shared_ptr<Graph> &graph : context.captures) {
    // CU_STREAM_CAPTURE_MODE_GLOBAL, _THREAD_LOCAL, _RELAXED.
    bool forbids =
        graph->mode == 0 ||
        (graph->mode == 1 && graph->thread == std::this_thread::get_id());
    if (!forbids)
      continue;
    graph->valid = false;
    status = CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  }
  return status;
}

CUresult fakecuda::submit(Context &context, CUstream handle,
                          Graph::Node::Kind kind, Operation run) {
  Stream *stream = findStream(context, handle);
  if (!stream)
    return CUDA_ERROR_INVALID_HANDLE;
  if (stream->capture) {
    if (!stream->capture->valid)
      return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    stream->capture->nodes.push_back({kind, std::move(run)});
    ++stream->progress[stream];
    return CUDA_SUCCESS;
  }
  if (stream == &context.legacy)
    for (const std::shared_ptr<Graph> &graph : context.captures)
      for (Stream *other : graph->streams)
        if (!(other->flags & CU_STREAM_NON_BLOCKING)) {
          graph->valid = false;
          return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
        }
  return run(context);
}

static CUresult create(Context &context, CUstream *result, unsigned flags) {
  if (!result || flags > CU_STREAM_NON_BLOCKING)
    return CUDA_ERROR_INVALID_VALUE;
  auto stream = std::make_unique<Stream>();
  stream->context = &context;
  stream->flags = flags;
  *result = toHandle(stream.get());
  context.streams.insert(std::move(stream));
  return CUDA_SUCCESS;
}

FAKECUDA_API cuStreamCreate(CUstream *result, unsigned flags) {
  return callIn("cuStreamCreate", [&](Context &context) {
    return create(context, result, flags);
  });
}

FAKECUDA_API cuStreamCreateWithPriority(CUstream *result, unsigned flags, int) {
  return callIn("cuStreamCreateWithPriority", [&](Context &context) {
    return create(context, result, flags);
  });
}

FAKECUDA_API cuStreamDestroy_v2(CUstream handle) {
  return callIn("cuStreamDestroy_v2", [&](Context &context) {
    Stream *stream = findHandle(context.streams, handle);
    if (!stream)
      return CUDA_ERROR_INVALID_HANDLE;
    if (stream->capture)
      return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    eraseHandle(context.streams, handle);
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuStreamSynchronize(CUstream handle) {
  return callIn("cuStreamSynchronize", [&](Context &context) {
    Stream *stream = findStream(context, handle);
    if (!stream)
      return CUDA_ERROR_INVALID_HANDLE;
    if (stream->capture) {
      stream->capture->valid = false;
      return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    }
    count([](FakeCudaStatistics &all) { ++all.synchronisations; });
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuStreamQuery(CUstream handle) {
  return callIn("cuStreamQuery", [&](Context &context) {
    Stream *stream = findStream(context, handle);
    if (!stream)
      return CUDA_ERROR_INVALID_HANDLE;
    if (stream->capture) {
      stream->capture->valid = false;
      return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    }
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuStreamGetCtx(CUstream handle, CUcontext *result) {
  return callIn("cuStreamGetCtx", [&](Context &context) {
    Stream *stream = findStream(context, handle);
    if (!stream || !result)
      return stream ? CUDA_ERROR_INVALID_VALUE : CUDA_ERROR_INVALID_HANDLE;
    *result = reinterpret_cast<CUcontext>(&context);
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuStreamGetFlags(CUstream handle, unsigned *flags) {
  return callIn("cuStreamGetFlags", [&](Context &context) {
    Stream *stream = findStream(context, handle);
    if (!stream || !flags)
      return stream ? CUDA_ERROR_INVALID_VALUE : CUDA_ERROR_INVALID_HANDLE;
    *flags = stream->flags;
    return CUDA_SUCCESS;
  });
}

// Events
// ---------------------------------------------------------------------------

FAKECUDA_API cuEventCreate(CUevent *result, unsigned flags) {
  return callIn("cuEventCreate", [&](Context &context) {
    if (!result)
      return CUDA_ERROR_INVALID_VALUE;
    auto event = std::make_unique<Event>();
    event->context = &context;
    event->flags = flags;
    *result = reinterpret_cast<CUevent>(event.get());
    context.events.insert(std::move(event));
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuEventDestroy_v2(CUevent handle) {
  return callIn("cuEventDestroy_v2", [&](Context &context) {
    return eraseHandle(context.events, handle) ? CUDA_SUCCESS
                                               : CUDA_ERROR_INVALID_HANDLE;
  });
}

FAKECUDA_API cuEventRecord(CUevent handle, CUstream where) {
  return callIn("cuEventRecord", [&](Context &context) {
    Event *event = findHandle(context.events, handle);
    Stream *stream = findStream(context, where);
    if (!event || !stream)
      return CUDA_ERROR_INVALID_HANDLE;
    event->capture = stream->capture;
    event->progress = stream->progress;
    event->recorded = !stream->capture;
    event->time = std::chrono::steady_clock::now();
    return CUDA_SUCCESS;
  });
}

static CUresult wait(Context &context, CUevent handle, bool block) {
  Event *event = findHandle(context.events, handle);
  if (!event)
    return CUDA_ERROR_INVALID_HANDLE;
  if (event->capture) {
    event->capture->valid = false;
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  }
  if (block)
    count([](FakeCudaStatistics &all) { ++all.synchronisations; });
  return CUDA_SUCCESS;
}

FAKECUDA_API cuEventSynchronize(CUevent handle) {
  return callIn("cuEventSynchronize",
                [&](Context &context) { return wait(context, handle, true); });
}

FAKECUDA_API cuEventQuery(CUevent handle) {
  return callIn("cuEventQuery",
                [&](Context &context) { return wait(context, handle, false); });
}

static CUresult elapsed(Context &context, float *milliseconds, CUevent start,
                        CUevent end) {
  Event *first = findHandle(context.events, start),
        *last = findHandle(context.events, end);
  if (!first || !last || !first->recorded || !last->recorded ||
      ((first->flags | last->flags) & CU_EVENT_DISABLE_TIMING))
    return CUDA_ERROR_INVALID_HANDLE;
  if (!milliseconds)
    return CUDA_ERROR_INVALID_VALUE;
  *milliseconds =
      std::chrono::duration<float, std::milli>(last->time - first->time)
          .count();
  return CUDA_SUCCESS;
}

FAKECUDA_API cuEventElapsedTime(float *milliseconds, CUevent start,
                                CUevent end) {
  return callIn("cuEventElapsedTime", [&](Context &context) {
    return elapsed(context, milliseconds, start, end);
  });
}

FAKECUDA_API cuEventElapsedTime_v2(float *milliseconds, CUevent start,
                                   CUevent end) {
  return callIn("cuEventElapsedTime_v2", [&](Context &context) {
    return elapsed(context, milliseconds, start, end);
  });
}

FAKECUDA_API cuStreamWaitEvent(CUstream where, CUevent handle, unsigned) {
  return callIn("cuStreamWaitEvent", [&](Context &context) {
    Event *event = findHandle(context.events, handle);
    Stream *stream = findStream(context, where);
    if (!event || !stream)
      return CUDA_ERROR_INVALID_HANDLE;
    if (!event->capture)
      return CUDA_SUCCESS;
    // The stream joins the capture, or takes up what another part has done.
    if (!stream->capture) {
      stream->capture = event->capture;
      stream->capture->streams.push_back(stream);
      stream->progress.clear();
    } else if (stream->capture != event->capture) {
      return CUDA_ERROR_STREAM_CAPTURE_UNMATCHED;
    }
    for (auto [other, amount] : event->progress)
      stream->progress[other] = std::max(stream->progress[other], amount);
    return CUDA_SUCCESS;
  });
}
