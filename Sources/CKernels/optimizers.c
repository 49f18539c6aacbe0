#include "CKernels.h"
#include "clones.h"

CLONES void kernel_sgd(float *restrict parameters, const float *restrict gradients, float rate, float weight_decay,
                       size_t count) {
    if (weight_decay == 0) {
        for (size_t i = 0; i < count; i++) parameters[i] -= rate * gradients[i];
        return;
    }
    for (size_t i = 0; i < count; i++) parameters[i] -= rate * (gradients[i] + weight_decay * parameters[i]);
}

CLONES void kernel_sgd_momentum(float *restrict parameters, const float *restrict gradients, float *restrict velocity,
                                float rate, float weight_decay, float momentum, int nesterov, size_t count) {
    for (size_t i = 0; i < count; i++) {
        float direction = gradients[i] + weight_decay * parameters[i];
        float v = momentum * velocity[i] + direction;
        velocity[i] = v;
        parameters[i] -= rate * (nesterov ? direction + momentum * v : v);
    }
}

CLONES void kernel_adamw(float *restrict parameters, const float *restrict gradients, float *restrict mean,
                         float *restrict square, const struct kernel_adamw_factors *restrict factors, size_t count) {
    const struct kernel_adamw_factors f = *factors;
    for (size_t i = 0; i < count; i++) {
        float g = gradients[i];
        float m = mean[i] + f.mean_share * (g - mean[i]);
        float v = f.square_kept * square[i] + f.square_share * (g * g);
        mean[i] = m;
        square[i] = v;
        /* Not sqrtf: that one sets errno, and a loop with it does not vectorise. */
        float root = __builtin_elementwise_sqrt(v) * f.root_factor + f.epsilon;
        parameters[i] = f.parameter_kept * parameters[i] - f.rate * (m / root);
    }
}
