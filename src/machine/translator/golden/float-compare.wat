;; comparisons leave for NaNs
;;
;;   flt.d a0, fa0, fa1
;;   feq.s a1, fa2, fa3
;;   ecall

(local.set $a0 (i64.load $X[10]))
(local.set $a1 (i64.load $X[11]))
(local.set $tlb (i32.load $TLB_BASE))
(local.set $dataContext (i64.load $DATA_CONTEXT))
(local.set $fetchContext (i64.load $FETCH_CONTEXT))
(local.set $ready
  (i32.and
    (i32.eq
      (i32.and
        (i32.and
          (i32.load $CSR_MSTATUS)
          (select (i32.load $CSR_VSSTATUS) (i32.const -1) (i32.load $VIRT)))
        (i32.const 24576))
      (i32.const 24576))
    (i32.eqz (i32.and (i32.load $CSR_FCSR) (i32.const 224)))))
(local.set $fa0 (f64.load $F[10]))
(local.set $fa1 (f64.load $F[11]))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.get $entry)
      if $5
        (i32.eqz (i32.and (local.get $inLocals) (i32.const 4096)))
        if $6
          (i64.lt_u (local.tee $scratch0 (i64.load $F[12])) (i64.const -4294967296))
          (local.set $code (i32.const 1))
          (br_if $3)
          (local.set $fa2.single (f32.reinterpret_i32 (i32.wrap_i64 (local.get $scratch0))))
        end
        (i32.eqz (i32.and (local.get $inLocals) (i32.const 8192)))
        if $7
          (i64.lt_u (local.tee $scratch0 (i64.load $F[13])) (i64.const -4294967296))
          (local.set $code (i32.const 1))
          (br_if $3)
          (local.set $fa3.single (f32.reinterpret_i32 (i32.wrap_i64 (local.get $scratch0))))
        end
      end
      (local.set $entry (i32.const 0))
      (i32.eqz (local.get $ready))
      (local.set $code (i32.const 1))
      (br_if $3)
      (local.set $left (i32.sub (local.get $left) (i32.const 2)))
      (i32.eqz
        (i32.or
          (f64.lt (local.get $fa0) (local.get $fa1))
          (f64.ge (local.get $fa0) (local.get $fa1))))
      (local.set $code (i32.const 5))
      (br_if $3)
      (local.set $a0 (i64.extend_i32_u (f64.lt (local.get $fa0) (local.get $fa1))))
      (i32.eqz
        (i32.or
          (f32.le (local.get $fa2.single) (local.get $fa3.single))
          (f32.gt (local.get $fa2.single) (local.get $fa3.single))))
      (local.set $code (i32.const 515))
      (br_if $3)
      (local.set $a1 (i64.extend_i32_u (f32.eq (local.get $fa2.single) (local.get $fa3.single))))
      (local.set $code (i32.const 1025))
      (br $3)
    end
    (local.set $pc
      (i64.add
        (local.get $base)
        (i64.extend_i32_s (i32.shl (i32.shr_s (local.get $code) (i32.const 8)) (i32.const 1)))))
    (local.set $left
      (i32.add
        (local.get $left)
        (i32.and (i32.shr_u (local.get $code) (i32.const 1)) (i32.const 127))))
    (local.set $kind (i32.and (local.get $code) (i32.const 1)))
    (br $1)
  end
  (i32.store $JUMPED_FROM (i32.add (i32.wrap_i64 (local.get $base)) (local.get $jump)))
  (local.set $pc (i64.and (local.get $pc) (i64.const -2)))
end
(i64.store $X[10] (local.get $a0))
(i64.store $X[11] (local.get $a1))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
